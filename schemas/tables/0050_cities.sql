-- +goose Up
-- The city belongs to the network's record, which events name by one number. Days that are published hold none until they are
-- computed again, as days of older definitions are.
ALTER TABLE events
    MODIFY COLUMN network_number UInt64 ALIAS CAST(sipHash64(country), 'UInt64') * 3 + sipHash64(asn) * 5 + CAST(sipHash64(organisation), 'UInt64') * 7 + CAST(sipHash64(network_class), 'UInt64') * 11 + CAST(sipHash64(city), 'UInt64') * 13 COMMENT 'the network and the city as one number';

ALTER TABLE rollup_networks
    ADD COLUMN IF NOT EXISTS city LowCardinality(String);

ALTER TABLE daily_ip_access
    ADD COLUMN IF NOT EXISTS city LowCardinality(String) COMMENT 'city, empty when unknown' AFTER country;

ALTER TABLE daily_views
    ADD COLUMN IF NOT EXISTS city LowCardinality(String) COMMENT 'city that daily_ip_access shows of the address, empty when unknown; with country, since names repeat' AFTER country;
