"""Harvests a feed as a library system does: python harvest.py URL"""
import json, sys
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch, IdDoesNotExist, CannotDisseminateFormat

feed = Sickle(sys.argv[1])
about = feed.Identify()
records = list(feed.ListRecords(metadataPrefix="oai_dc"))
touch = list(feed.ListRecords(metadataPrefix="oai1dtouch_dc", set="music"))
heads = list(feed.ListIdentifiers(metadataPrefix="oai_dc"))
one = feed.GetRecord(identifier=heads[0].identifier, metadataPrefix="oai_dc")
errors = []
for ask in (lambda: list(feed.ListRecords(metadataPrefix="oai_dc", set="games")),
            lambda: feed.GetRecord(identifier="oai:x:1", metadataPrefix="oai_dc"),
            lambda: list(feed.ListRecords(metadataPrefix="marc21"))):
    try:
        ask()
        errors.append(None)
    except (NoRecordsMatch, IdDoesNotExist, CannotDisseminateFormat) as error:
        errors.append(type(error).__name__)
print(json.dumps({
    "name": about.repositoryName, "deleted": about.deletedRecord, "granularity": about.granularity,
    "titles": sorted(r.metadata["title"][0] for r in records if not r.deleted),
    "ids": len({h.identifier for h in heads}), "heads": len(heads), "gone": sum(1 for h in heads if h.deleted),
    "formats": sorted(f.metadataPrefix for f in feed.ListMetadataFormats()), "sets": [s.setSpec for s in feed.ListSets()],
    "touch": len(touch), "artists": sorted({e.text for r in touch for e in r.xml.iter("{https://export.divercities.eu/OAI/2.0/oai1dtouch_dc/}artist")}),
    "one": one.header.identifier == heads[0].identifier, "errors": errors,
}))
