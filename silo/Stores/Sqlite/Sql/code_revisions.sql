SELECT * FROM code_states WHERE id = @code_id ORDER BY rev DESC LIMIT @most OFFSET @skip;
