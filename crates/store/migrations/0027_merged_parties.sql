-- Who was merged into a party is asked for with every statement.

create index party_by_merged on party (merged_into) where merged_into is not null;
