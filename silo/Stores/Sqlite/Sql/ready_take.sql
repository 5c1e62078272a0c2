DELETE FROM ready WHERE lane = @lane AND priority = @priority AND key = @key;
