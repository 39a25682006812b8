-- Up to which id each client's may have been given out by what the log lost before it was restored.
CREATE TABLE passed_activity_ids (
    client_id   uuid    NOT NULL PRIMARY KEY,
    activity_id integer NOT NULL
);
