create trigger sale_stays before delete on sale begin select raise(abort, 'invoices are never deleted'); end;
create trigger sale_fixed before update on sale begin select raise(abort, 'invoices never change'); end;
create trigger usage_report_stays before delete on usage_report begin select raise(abort, 'what was told is never deleted'); end;
create trigger usage_report_fixed before update on usage_report begin select raise(abort, 'what was told never changes'); end;
