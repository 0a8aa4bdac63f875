-- Records of httplog. For one server. Made by: httplog clickhouse-schema one-node

CREATE DATABASE IF NOT EXISTS default;

CREATE TABLE IF NOT EXISTS default.http
(
    `httplog.batch` LowCardinality(String) CODEC(ZSTD(1)),
    `timestamp` DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    `host.name` LowCardinality(String),
    `httplog.type` LowCardinality(String),
    `client.address` String CODEC(ZSTD(1)),
    `client.port` UInt16 CODEC(ZSTD(1)),
    `server.address` LowCardinality(String),
    `server.port` UInt16 CODEC(ZSTD(1)),
    `network.peer.address` String CODEC(ZSTD(1)),
    `network.peer.port` UInt16 CODEC(ZSTD(1)),
    `network.type` LowCardinality(String),
    `httplog.vlan` LowCardinality(String),
    `network.protocol.name` LowCardinality(String),
    `network.protocol.version` LowCardinality(String),
    `http.request.method` LowCardinality(String),
    `url.scheme` LowCardinality(String),
    `url.domain` LowCardinality(String),
    `url.port` UInt16 CODEC(ZSTD(1)),
    `url.path` String CODEC(ZSTD(3)),
    `url.query` String CODEC(ZSTD(3)),
    `user_agent.original` LowCardinality(String),
    `httplog.request.start_line` String CODEC(ZSTD(1)),
    `http.request.body.size` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    `http.response.status_code` UInt16 CODEC(ZSTD(1)),
    `httplog.response.start_line` String CODEC(ZSTD(1)),
    `http.response.body.size` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    `httplog.content_type` LowCardinality(String),
    `httplog.duration` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    `httplog.connect` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    `httplog.request` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    `httplog.ttfb` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    `httplog.response` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    `httplog.idle` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    `httplog.request.wire_bytes` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    `httplog.response.wire_bytes` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    `httplog.retransmissions` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    `httplog.transaction` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    `httplog.complete` Nullable(UInt8),
    `httplog.information` Nullable(UInt64) CODEC(T64, ZSTD(1)),
    date Date MATERIALIZED toDate(timestamp),
    minute DateTime('UTC') ALIAS toStartOfMinute(toDateTime(timestamp, 'UTC')),
    INDEX client `client.address` TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = MergeTree
PARTITION BY date
ORDER BY (`host.name`, toStartOfHour(timestamp), `url.domain`, `url.path`, timestamp)
TTL toDateTime(timestamp) + INTERVAL 90 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 100000;

CREATE MATERIALIZED VIEW IF NOT EXISTS default.http_minutes
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (minute, `host.name`, `httplog.type`, `url.domain`, class)
TTL minute + INTERVAL 730 DAY
SETTINGS non_replicated_deduplication_window = 100000
AS SELECT toStartOfMinute(toDateTime(timestamp, 'UTC')) AS minute, `host.name`, `httplog.type`, `url.domain`,
    intDiv(`http.response.status_code`, 100) AS class,
    countState() AS messages,
    sumState(`http.response.body.size`) AS body_bytes,
    quantilesTDigestState(0.5, 0.9, 0.99)(`httplog.duration`) AS duration
FROM default.http
GROUP BY minute, `host.name`, `httplog.type`, `url.domain`, class;
