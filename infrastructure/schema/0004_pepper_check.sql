-- The keyed hash of a fixed text: says whether a process has the pepper that this database's keys
-- were hashed with. One row at most.
CREATE TABLE pepper_check (
    only_row bool  NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
    hash     bytea NOT NULL
);
