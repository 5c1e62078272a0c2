UPDATE code_limits SET taken = taken + @count WHERE code_id = @code_id;
