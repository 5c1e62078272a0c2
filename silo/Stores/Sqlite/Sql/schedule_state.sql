SELECT * FROM schedule_states WHERE id = @id AND project_id = @project_id;
