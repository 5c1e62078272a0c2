SELECT * FROM code_states WHERE project_id = @project_id AND id = @id AND is_current;
