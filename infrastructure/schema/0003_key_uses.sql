-- When each pair of keys last opened the door, to the minute or so: says when an old one is idle.
CREATE TABLE key_uses (
    key_id       uuid        NOT NULL PRIMARY KEY,
    last_used_at timestamptz NOT NULL
);
