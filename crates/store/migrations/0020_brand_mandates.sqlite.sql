create trigger brand_mandate_stays before delete on brand_mandate begin select raise(abort, 'what was agreed and done is never deleted'); end;
create trigger brand_tax_stays before delete on brand_tax begin select raise(abort, 'what was agreed and done is never deleted'); end;
create trigger brand_tax_fixed before update on brand_tax begin select raise(abort, 'what was agreed and done never changes'); end;
create trigger brand_invoice_stays before delete on brand_invoice begin select raise(abort, 'an invoice is never deleted'); end;
create trigger brand_invoice_fixed before update on brand_invoice begin select raise(abort, 'an invoice never changes'); end;
