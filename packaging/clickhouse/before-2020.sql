-- Records of httplog. For a server of before 2020: without codecs, TTL and DateTime64, so the time is text. Made by: httplog clickhouse-schema before-2020

CREATE DATABASE IF NOT EXISTS default;

CREATE TABLE IF NOT EXISTS default.http
(
    `httplog.batch` String,
    `timestamp` String,
    `host.name` String,
    `httplog.type` String,
    `client.address` String,
    `client.port` UInt16,
    `server.address` String,
    `server.port` UInt16,
    `network.peer.address` String,
    `network.peer.port` UInt16,
    `network.type` String,
    `httplog.vlan` String,
    `network.protocol.name` String,
    `network.protocol.version` String,
    `http.request.method` String,
    `url.scheme` String,
    `url.domain` String,
    `url.port` UInt16,
    `url.path` String,
    `url.query` String,
    `user_agent.original` String,
    `httplog.request.start_line` String,
    `http.request.body.size` Nullable(UInt64),
    `http.response.status_code` UInt16,
    `httplog.response.start_line` String,
    `http.response.body.size` Nullable(UInt64),
    `httplog.content_type` String,
    `httplog.duration` Nullable(UInt64),
    `httplog.connect` Nullable(UInt64),
    `httplog.request` Nullable(UInt64),
    `httplog.ttfb` Nullable(UInt64),
    `httplog.response` Nullable(UInt64),
    `httplog.idle` Nullable(UInt64),
    `httplog.request.wire_bytes` Nullable(UInt64),
    `httplog.response.wire_bytes` Nullable(UInt64),
    `httplog.retransmissions` Nullable(UInt64),
    `httplog.transaction` Nullable(UInt64),
    `httplog.complete` Nullable(UInt8),
    `httplog.information` Nullable(UInt64),
    date Date MATERIALIZED toDate(substring(timestamp, 1, 10)),
    minute DateTime ALIAS toStartOfMinute(toDateTime(replaceOne(substring(timestamp, 1, 19), 'T', ' '), 'UTC'))
)
ENGINE = MergeTree
PARTITION BY date
ORDER BY (`host.name`, substring(timestamp, 1, 13), `url.domain`, `url.path`, timestamp);

CREATE MATERIALIZED VIEW IF NOT EXISTS default.http_minutes
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (minute, `host.name`, `httplog.type`, `url.domain`, class)
AS SELECT toStartOfMinute(toDateTime(replaceOne(substring(timestamp, 1, 19), 'T', ' '), 'UTC')) AS minute, `host.name`, `httplog.type`, `url.domain`,
    intDiv(`http.response.status_code`, 100) AS class,
    countState() AS messages,
    sumState(`http.response.body.size`) AS body_bytes,
    quantilesTDigestState(0.5, 0.9, 0.99)(`httplog.duration`) AS duration
FROM default.http
GROUP BY minute, `host.name`, `httplog.type`, `url.domain`, class;
