CREATE TABLE by_kafka_engine_source
(
    site String, ip IPv6, view_id UUID, kind Enum8('pageview' = 1, 'engagement' = 2, 'custom' = 3),
    event_time DateTime64(3, 'UTC'), event_id UInt64, received_time DateTime64(3, 'UTC'),
    witness Enum8('beacon' = 1, 'pixel' = 2, 'log' = 3, 'api' = 4), address_mode Enum8('full' = 1, 'truncated' = 2, 'keyed' = 3),
    user_agent String, host String, path String, title String, referrer String, language String, screen_px UInt16
)
ENGINE = Kafka
SETTINGS kafka_broker_list = '${broker}', kafka_topic_list = 'json', kafka_group_name = 'bench-engine', kafka_format = 'JSONEachRow',
         kafka_num_consumers = 2, kafka_thread_per_consumer = 1, kafka_max_block_size = 100000, kafka_poll_max_batch_size = 100000
