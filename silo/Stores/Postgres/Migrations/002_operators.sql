-- Operators see what belongs to the whole installation, such as the grain engine's own pages.
ALTER TABLE users ADD COLUMN operator boolean NOT NULL DEFAULT false;
