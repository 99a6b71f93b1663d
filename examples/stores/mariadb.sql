CREATE TABLE users (
  id       VARCHAR(64) PRIMARY KEY,
  nickname VARCHAR(64) NOT NULL
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE TABLE person (
  id             INTEGER AUTO_INCREMENT PRIMARY KEY,
  version        INTEGER NOT NULL DEFAULT 0,
  user_id        VARCHAR(64) UNIQUE,
  rejoin_at      DATETIME(3),
  banned_until   DATETIME(3),
  ban_reason     VARCHAR(1000),
  reservation    VARCHAR(64) UNIQUE,
  reserved_by   CHAR(64),
  reserved_until DATETIME(3),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE TABLE person_key (
  hash      CHAR(64) PRIMARY KEY,
  kind      VARCHAR(8) NOT NULL,
  pepper_id VARCHAR(64) NOT NULL,
  provider  VARCHAR(32) NOT NULL,
  person_id INTEGER NOT NULL,
  INDEX (pepper_id),
  FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE CASCADE
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE TABLE used_verification (
  id_hash      CHAR(64) PRIMARY KEY,
  subject_hash CHAR(64) NOT NULL,
  used_at      DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
  INDEX (used_at)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_nopad_bin;
