"""Runs one peer: `python -m tests.bench.peers NAME PORT`, as `worktrail serve` runs the service."""

import sys

import uvicorn


def main(name: str, port: int) -> None:
    """Serve the peer on this port of the loopback until a signal."""
    uvicorn.run(
        f"tests.bench.peers.{name}:create_app",
        factory=True,
        host="127.0.0.1",
        port=port,
        workers=1,
        access_log=False,
        log_config=None,
        server_header=False,
        loop="auto",
        http="httptools",
        ws="none",
        timeout_graceful_shutdown=6,
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
