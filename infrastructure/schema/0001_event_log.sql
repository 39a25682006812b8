-- The event log: all events in commit order, at positions 1, 2, 3, … without holes.
-- Long columns come last and wide ones first, so that no row is padded.
CREATE TABLE event_log (
    position    bigint      NOT NULL PRIMARY KEY,
    recorded_at timestamptz NOT NULL,
    arrived_at  timestamptz NOT NULL,
    stream_id   uuid        NOT NULL,
    client_id   uuid        NOT NULL,
    event_id    uuid        NOT NULL,
    data_key_id uuid,
    version     integer     NOT NULL,
    name        text        NOT NULL COLLATE "C",
    state       bytea       NOT NULL,
    UNIQUE (stream_id, version)
);

-- Clients are few and their events rare: every process reads them all when it starts.
CREATE INDEX event_log_clients ON event_log (position) WHERE name LIKE 'client.%';

-- The decision state of each activity, written with its events. Rows are updated in place.
CREATE TABLE activity_heads (
    stream_id uuid     NOT NULL PRIMARY KEY,
    shape     smallint NOT NULL,
    state     bytea    NOT NULL
) WITH (fillfactor = 70);

-- Every period in which an activity id followed a work order, by positions of the log.
CREATE TABLE activity_links (
    client_id     uuid    NOT NULL,
    activity_id   integer NOT NULL,
    work_order_id bigint  NOT NULL,
    from_position bigint  NOT NULL,
    to_position   bigint,
    PRIMARY KEY (client_id, activity_id, from_position)
);

CREATE UNIQUE INDEX activity_links_open ON activity_links (client_id, activity_id)
    WHERE to_position IS NULL;
