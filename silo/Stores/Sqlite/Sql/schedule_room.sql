SELECT COUNT(*) FROM schedules WHERE project_id = @project_id AND phase < 3;
