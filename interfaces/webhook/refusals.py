"""What the endpoint refuses before it reads a body, in the contract's words."""

from domain.errors import WorktrailError


class MethodNotSupportedError(WorktrailError):
    """The endpoint takes POST alone."""

    def __init__(self, method: str) -> None:
        super().__init__(f"The requested resource does not support http method '{method}'.")


class DeniedError(WorktrailError):
    """Unknown client, or a wrong or retired key: nobody learns which."""

    def __init__(self) -> None:
        super().__init__("Authorization has been denied for this request.")


class UnsupportedEncodingError(WorktrailError):
    """The body is compressed, or encoded in another way; nothing is decompressed."""

    def __init__(self, encoding: str) -> None:
        super().__init__(
            f"The request entity's content encoding '{encoding}' is not supported for this "
            "resource."
        )


class TooManyBytesHeldError(Exception):
    """The bodies of the requests under way are as large together as the process can hold."""


class BodyTooLargeError(WorktrailError):
    """The body is larger than the service takes."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"The request entity is larger than {most_bytes} bytes.")
