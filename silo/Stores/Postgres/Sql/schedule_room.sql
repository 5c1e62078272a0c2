-- Whoever adds schedules to the same project waits here for its turn, and then counts what is there.
SELECT 0 FROM projects WHERE id = @project_id FOR NO KEY UPDATE;
SELECT count(*)::integer FROM schedules WHERE project_id = @project_id AND phase < 3;
