-- Lists are read newest first from the places in an index where each phase begins; what is not final stands at phase 0.
-- Ids stand there in a collation that orders them as ever but is no other index's: a planner that looks for the newest few of
-- something rare can't choose to walk all tasks instead.
ALTER TABLE lanes
  ADD COLUMN project_id text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN code_name  text COLLATE "C" NOT NULL DEFAULT '';

UPDATE lanes l
SET project_id = c.project_id, code_name = c.name
FROM codes c
WHERE c.id = l.code_id;

CREATE INDEX lanes_by_name ON lanes (project_id, code_name);

DROP INDEX tasks_by_project;
DROP INDEX tasks_final;

CREATE INDEX tasks_by_project ON tasks (project_id, (COALESCE(phase, 0)), id COLLATE "POSIX");
CREATE INDEX tasks_by_lane ON tasks (lane, (COALESCE(phase, 0)), id COLLATE "POSIX");
CREATE INDEX tasks_by_label ON tasks ((project_id || ' ' || label), (COALESCE(phase, 0)), id COLLATE "POSIX")
WHERE label <> '';
