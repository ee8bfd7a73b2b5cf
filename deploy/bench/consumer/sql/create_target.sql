CREATE TABLE by_kafka_engine AS events
