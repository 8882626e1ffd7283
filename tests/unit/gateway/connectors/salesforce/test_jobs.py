"""The book of jobs is on the disk before anything goes out."""

from yumen.gateway.connectors.salesforce import FolderJobs


async def test_a_job_is_found_by_another_process_and_forgotten(tmp_path):
    await FolderJobs(tmp_path / "jobs").keep("ab12", "750AAA")
    assert await FolderJobs(tmp_path / "jobs").find("ab12") == "750AAA"
    await FolderJobs(tmp_path / "jobs").forget("ab12")
    assert await FolderJobs(tmp_path / "jobs").find("ab12") is None


async def test_a_half_written_entry_is_no_entry(tmp_path):
    (tmp_path / "ab12.new").write_text("750")
    assert await FolderJobs(tmp_path).find("ab12") is None


async def test_forgetting_what_is_not_there_is_no_fault(tmp_path):
    await FolderJobs(tmp_path).forget("ab12")
    assert list(tmp_path.iterdir()) == []
