-- No sealed row is longer than its table's content can be (a test measures that): 4,096 bytes, and version, nonce and tag.
ALTER TABLE identities ADD CONSTRAINT identities_sealed_size CHECK (octet_length(sealed) <= 4125);
ALTER TABLE devices ADD CONSTRAINT devices_sealed_size CHECK (octet_length(sealed) <= 4125);
ALTER TABLE consents ADD CONSTRAINT consents_sealed_size CHECK (octet_length(sealed) <= 4125);
ALTER TABLE service_consents ADD CONSTRAINT service_consents_sealed_size CHECK (octet_length(sealed) <= 4125);
ALTER TABLE identity_log ADD CONSTRAINT identity_log_sealed_size CHECK (octet_length(sealed) <= 4125);
