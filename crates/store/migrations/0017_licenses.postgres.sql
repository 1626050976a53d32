create trigger license_offer_fixed before update of id, holder, speaker, licensee, paper, hash, place on license_offer for each row execute function never();
create trigger license_fixed before update or delete on license for each row execute function never();
create trigger license_report_fixed before update on license_report for each row execute function never();
create trigger license_report_row_fixed before update of report, line, source, recording, parts on license_report_row for each row execute function never();
