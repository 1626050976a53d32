-- Answers of the API that are given again where a request comes again under its key.

create table api_answer (
  -- whose request: a sign-in
  caller text not null,
  -- keyed hash of the Idempotency-Key
  mark text not null,
  -- SHA-256 of what was asked
  request text not null,
  -- 0 while it is worked on
  status bigint not null,
  -- the answer, encrypted: some tell a secret once
  sealed {blob},
  at_us bigint not null,
  primary key (caller, mark)
);

create index api_answer_at on api_answer (at_us);
