-- How far each generation of each read model is. A generation's own table is named after both.
-- The revision counts up when waiting streams go on, so that nobody still lets them wait.
CREATE TABLE projection_generations (
    projection text        NOT NULL COLLATE "C",
    generation integer     NOT NULL,
    shape      integer     NOT NULL,
    revision   integer     NOT NULL DEFAULT 0,
    position   bigint      NOT NULL,
    moved_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    rate       real        NOT NULL DEFAULT 0,
    error      text,
    failed_at  timestamptz,
    PRIMARY KEY (projection, generation)
) WITH (fillfactor = 50);

-- Which generation of a read model is read. It changes in one transaction, nothing is renamed.
CREATE TABLE projection_pointers (
    projection text    NOT NULL PRIMARY KEY COLLATE "C",
    generation integer NOT NULL
);

-- The first event of each stream that a generation could not take; later ones wait behind it.
CREATE TABLE parked_streams (
    projection text        NOT NULL COLLATE "C",
    generation integer     NOT NULL,
    stream_id  uuid        NOT NULL,
    position   bigint      NOT NULL,
    problem    text        NOT NULL,
    since      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (projection, generation, stream_id)
);
