-- Lists are read newest first from the places in an index where each phase begins; what is not final stands at phase 0.
ALTER TABLE lanes ADD COLUMN project_id TEXT NOT NULL DEFAULT '';
ALTER TABLE lanes ADD COLUMN code_name TEXT NOT NULL DEFAULT '';

UPDATE lanes
SET project_id = c.project_id, code_name = c.name
FROM codes c
WHERE c.id = lanes.code_id;

CREATE INDEX lanes_by_name ON lanes (project_id, code_name);

DROP INDEX tasks_by_project;
DROP INDEX tasks_final;

CREATE INDEX tasks_by_project ON tasks (project_id, COALESCE(phase, 0), id);
CREATE INDEX tasks_by_lane ON tasks (lane, COALESCE(phase, 0), id);
CREATE INDEX tasks_by_label ON tasks (project_id, label, COALESCE(phase, 0), id) WHERE label <> '';
