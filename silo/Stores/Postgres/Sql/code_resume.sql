DELETE FROM paused_codes WHERE code_id = @code_id RETURNING code_id;
