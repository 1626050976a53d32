create trigger invoice_stays before delete or update on invoice for each row execute function never();
