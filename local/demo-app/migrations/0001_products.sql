create table products (
  id integer primary key,
  name text not null,
  cents integer not null check (cents >= 0)
);
insert into products (id, name, cents) values
  (1, 'Canvas bag', 1990),
  (2, 'Enamel mug', 1250),
  (3, 'Picnic blanket', 3900);
