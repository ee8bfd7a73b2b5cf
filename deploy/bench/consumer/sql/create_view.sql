CREATE MATERIALIZED VIEW by_kafka_engine_view TO by_kafka_engine AS
SELECT *, _partition AS kafka_partition, _offset AS kafka_offset FROM by_kafka_engine_source
