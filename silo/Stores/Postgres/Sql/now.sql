SELECT now_ms();
