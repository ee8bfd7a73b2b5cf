-- +goose Up
ALTER TABLE events
    COMMENT COLUMN bot_reasons 'signs of a bot as bits, 0 for none: 1 client hints contradict the user-agent, 2 a path that scanners look for, 4 hosting network, 8 no user-agent; by the lists of when it was recorded, which runs decide anew: 256 crawler, 512 headless browser, 1024 library, 2048 nonsense';
