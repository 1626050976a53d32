create trigger invoice_stays before delete on invoice begin select raise(abort, 'invoices are never deleted'); end;
create trigger invoice_fixed before update on invoice begin select raise(abort, 'invoices never change'); end;
