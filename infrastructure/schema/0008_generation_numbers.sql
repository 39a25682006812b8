-- No number of a generation is given out twice, so that a process of a rebuild that is over, such as
-- one that was stopped and goes on, finds no table to write into.
ALTER TABLE projection_pointers ADD COLUMN last_generation integer NOT NULL DEFAULT 1;

UPDATE projection_pointers AS pointer
SET last_generation = greatest(
    generation,
    (SELECT max(tracked.generation) FROM projection_generations AS tracked
     WHERE tracked.projection = pointer.projection)
);
