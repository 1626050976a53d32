create trigger log_leaf_follows before insert on log_leaf
when new.place <> coalesce((select max(place) from log_leaf), -1) + 1
begin select raise(abort, 'entries of the log are numbered without gaps'); end;
create trigger log_leaf_stays before delete on log_leaf begin select raise(abort, 'entries of the log are never deleted'); end;
create trigger log_leaf_fixed before update on log_leaf begin select raise(abort, 'entries of the log never change'); end;
create trigger log_head_stays before delete on log_head begin select raise(abort, 'checkpoints are never deleted'); end;
create trigger log_head_fixed before update of size, root, note, token on log_head begin select raise(abort, 'checkpoints never change'); end;
create trigger consent_line_stays before delete on consent_line begin select raise(abort, 'what was said is never deleted'); end;
create trigger consent_line_fixed before update of id, kind, speaker, holder, subject, hash, place, day on consent_line
begin select raise(abort, 'what was said never changes'); end;
create trigger consent_claim_stays before delete on consent_claim begin select raise(abort, 'claims are ended and never deleted'); end;
