SELECT * FROM code_states WHERE id = @code_id AND rev = @rev;
