alter table products add column discount_percent integer not null default 0
  check (discount_percent between 0 and 90);
update products set discount_percent = 25 where name = 'Picnic blanket';
