SELECT * FROM code_states WHERE project_id = @project_id AND name = @name AND archived_at IS NULL AND is_current;
