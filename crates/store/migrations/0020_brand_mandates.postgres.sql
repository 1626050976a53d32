create trigger brand_mandate_stays before delete on brand_mandate for each row execute function never();
create trigger brand_tax_stays before delete or update on brand_tax for each row execute function never();
create trigger brand_invoice_stays before delete or update on brand_invoice for each row execute function never();
