-- Quarantined deliveries are few: this index holds only them, so that listing reads nothing else.
CREATE INDEX event_log_quarantine ON event_log (client_id, position) WHERE name LIKE 'delivery.%';
