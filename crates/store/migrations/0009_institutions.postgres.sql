create trigger sale_stays before delete or update on sale for each row execute function never();
create trigger usage_report_stays before delete or update on usage_report for each row execute function never();
