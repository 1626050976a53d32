create trigger license_offer_fixed before update of id, holder, speaker, licensee, paper, hash, place on license_offer begin select raise(abort, 'offers never change'); end;
create trigger license_fixed before update on license begin select raise(abort, 'licences never change'); end;
create trigger license_stays before delete on license begin select raise(abort, 'licences are never deleted'); end;
create trigger license_report_fixed before update on license_report begin select raise(abort, 'reports never change'); end;
create trigger license_report_row_fixed before update of report, line, source, recording, parts on license_report_row begin select raise(abort, 'what was reported never changes'); end;
