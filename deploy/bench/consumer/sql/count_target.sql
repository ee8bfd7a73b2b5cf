SELECT count() FROM by_kafka_engine
