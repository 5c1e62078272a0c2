INSERT INTO migrations (number) VALUES (@number);
