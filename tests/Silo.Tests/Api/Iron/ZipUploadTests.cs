using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Silo.Api.Iron;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Uploads with a zip, C1 to C4 and C8, and their download.</summary>
public sealed class ZipUploadTests(ZipUploadTests.SmallUploadLimitFixture small) : IClassFixture<ZipUploadTests.SmallUploadLimitFixture>
{
    private const int UploadLimit = 4 << 20;
    private const string Data = """{"name":"zipped","image":"busybox"}""";

    /// <summary>A control plane that takes small zips, and has an image for Ruby.</summary>
    public sealed class SmallUploadLimitFixture : IAsyncLifetime
    {
        internal TestSilo Silo { get; private set; } = null!;

        public async Task InitializeAsync() => Silo = await TestSilo.StartAsync(
            null, ("HYBRID_UPLOAD_LIMIT", $"{UploadLimit}"), ("HYBRID_RUNTIME_IMAGES", "ruby=ruby:3;Sh-1=alpine:3"));

        public async Task DisposeAsync() => await Silo.DisposeAsync();
    }

    public static TheoryData<string, string, string, bool> Shapes() => new()
    {
        { "3a5f", "boundary=3a5f", "Content-Type: application/octet-stream\r\n", false },
        { "--------------------NODENEEDLEHTTPCLIENT", "boundary=--------------------NODENEEDLEHTTPCLIENT", "", false },
        { "123456$", "boundary=123456$", "Content-Type: application/zip\r\n", false },
        { "J", "boundary=J; charset=US-ASCII", "Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n", false },
        { "abc", "boundary=abc", "", true },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Shapes))]
    public async Task C1_C2_C3_a_zip_is_kept_whatever_its_form(string boundary, string type, string headers, bool fileFirst)
    {
        var tenant = await small.Silo.NewTenantAsync();
        byte[] file =
        [
            .. Encoding.ASCII.GetBytes(
                $"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"/tmp/a b/w.zip\"\r\n{headers}\r\n"),
            .. TestZips.Small, .. "\r\n"u8,
        ];
        var data = Encoding.ASCII.GetBytes(
            $"--{boundary}\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{Data}\n\r\n");
        var end = Encoding.ASCII.GetBytes($"--{boundary}--\r\n");

        var reply = await tenant.Api.PostAsync(
            $"{tenant.Project}/codes", fileFirst ? [.. file, .. data, .. end] : [.. data, .. file, .. end],
            $"multipart/form-data; {type}");

        var code = await tenant.CodeAsync(reply.Ok().GetProperty("id").GetString()!);
        Assert.Equal(Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, TestZips.Small)), code.GetProperty("latest_checksum").GetString());
        var (bytes, _, _) = await tenant.Api.DownloadAsync(
            $"{tenant.Project}/codes/{code.GetProperty("id").GetString()}/download");
        Assert.Equal(TestZips.Small, bytes);
    }

    [Fact(Timeout = 30_000)]
    public async Task Each_revision_keeps_its_own_zip_and_is_downloaded_under_its_name()
    {
        var tenant = await small.Silo.NewTenantAsync();
        var large = TestZips.OfSize(5 << 19);
        var id = (await tenant.SendZipAsync(large)).Ok().GetProperty("id").GetString();
        await tenant.SendZipAsync(TestZips.Small);
        await tenant.UploadAsync(Data);

        var revisions = (await tenant.Api.GetAsync($"{tenant.Project}/codes/{id}/revisions")).Ok().GetProperty("revisions");
        var first = await tenant.Api.DownloadAsync($"{tenant.Project}/codes/{id}/download?revision=1");
        var second = await tenant.Api.DownloadAsync($"{tenant.Project}/codes/{id}/download?revision=2");

        Assert.Equal(large, first.Bytes);
        Assert.Equal(TestZips.Small, second.Bytes);
        Assert.Equal(("application/zip", "attachment; filename=zipped_1.zip"), (first.Type, first.Disposition));
        Assert.Equal("attachment; filename=zipped_2.zip", second.Disposition);
        Assert.Equal(
            [0, TestZips.Small.Length, large.Length],
            revisions.EnumerateArray().Select(revision => revision.GetProperty("code_size").GetInt32()));
        Assert.Equal([3, 2, 1], revisions.EnumerateArray().Select(revision => revision.GetProperty("rev").GetInt32()));
        var page = (await tenant.Api.GetAsync($"{tenant.Project}/codes/{id}/revisions?page=1&per_page=2")).Ok();
        Assert.Equal(1, Assert.Single(page.GetProperty("revisions").EnumerateArray()).GetProperty("rev").GetInt32());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("", 404, "no zip")]
    [InlineData("?revision=1", 404, "no zip")]
    [InlineData("?revision=7", 404, "Revision 7")]
    [InlineData("?revision=x", 400, "revision")]
    public async Task A_revision_without_a_zip_can_not_be_downloaded(string query, int status, string word)
    {
        var tenant = await small.Silo.NewTenantAsync();
        var id = await tenant.UploadAsync();

        var reply = await tenant.Api.GetAsync($"{tenant.Project}/codes/{id}/download{query}");

        Assert.Equal(status, reply.Status);
        Assert.Contains(word, reply.Msg);
    }

    [Theory]
    [InlineData("hello", "attachment; filename=hello_3.zip")]
    [InlineData("a b", "attachment; filename=\"a b_3.zip\"")]
    [InlineData("../../etc/x", "attachment; filename=.._.._etc_x_3.zip")]
    [InlineData("a\"b\\c", "attachment; filename=\"a\\\"b_c_3.zip\"")]
    [InlineData("a\r\nX: y", "attachment; filename=\"a__X: y_3.zip\"")]
    [InlineData("ä", "attachment; filename=__3.zip; filename*=UTF-8''%C3%A4_3.zip")]
    public void A_name_is_saved_safely(string name, string disposition)
    {
        var made = ZipDownload.Disposition(name, 3);

        Assert.DoesNotContain(made, c => char.IsControl(c) || c > '~');
        Assert.Equal(disposition, made);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""b'PK\x03\x04\x14'""", "Python 3")]
    [InlineData("""b"PK\x03\x04\x14" """, "Python 3")]
    [InlineData("#!/bin/sh", "not a zip")]
    [InlineData("P", "not a zip")]
    [InlineData("PK\u0003\u0004 and no more", "not a good zip")]
    public async Task C4_what_is_no_zip_is_rejected_with_the_reason(string file, string word)
    {
        var tenant = await small.Silo.NewTenantAsync();

        var reply = await tenant.SendZipAsync(Encoding.ASCII.GetBytes(file));

        Assert.Equal(400, reply.Status);
        Assert.Contains(word, reply.Msg);
        Assert.Equal("""{"codes":[]}""", (await tenant.Api.GetAsync($"{tenant.Project}/codes")).Body);
    }

    public static TheoryData<string, byte[], string> Hostile() => new()
    {
        { "a path that leads out", TestZips.With("ok", "a/../../b"), "leads out" },
        { "an absolute path", TestZips.With("/etc/passwd"), "leads out" },
        { "a path of another system", TestZips.With("C:\\x"), "leads out" },
        { "a bomb", TestZips.Bomb(17 * UploadLimit), "unpacked" },
        { "many entries", TestZips.With([.. Enumerable.Range(0, 10_001).Select(i => $"{i}")]), "too many entries" },
        { "few entries claimed", Lying(TestZips.With([.. Enumerable.Range(0, 3000).Select(i => $"{i}")]), 10, 1), "good zip" },
        { "a far directory", Lying(TestZips.Small, 18, 0xffff), "directory" },
        { "a directory in another record", Lying(Lying(TestZips.Small, 4, 0xffff), 6, 0xffff), "directory" },
        { "cut off", TestZips.OfSize(1000)[..900], "not a good zip" },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Hostile))]
    public async Task S12_a_zip_that_could_do_harm_is_rejected(string what, byte[] zip, string word)
    {
        var tenant = await small.Silo.NewTenantAsync();

        var reply = await tenant.SendZipAsync(zip);

        Assert.True(reply.Status == 400 && reply.Msg.Contains(word), $"{what}: {reply}");
        Assert.Empty(Directory.GetFiles(small.Silo.Store.DataDirectory, "upload*"));
    }

    public static TheoryData<string, byte[], string> Refusable() => new()
    {
        { """{"name":"a","image":"i","runtime":"cobol","file_name":"hello.sh"}""", TestZips.Small, "runtime: no known way to start \"hello.sh\"" },
        { """{"name":"a","image":"i","file_name":"hello.rb"}""", TestZips.Small, "file_name: the file that is to be started, \"hello.rb\"" },
        { """{"name":"a","image":"i","command":"./run"}""", TestZips.Of(("run", "#!", 0x81a4)), "command: \"run\" is not executable" },
        { """{"name":"a","image":"Not/An:Image"}""", TestZips.Small, "image must be" },
        { """{"name":"a","image":"a:b:c"}""", TestZips.Small, "image must be" },
        { Data, TestZips.Of(("bin/x", "/etc/passwd", 0xa1ff)), "(\"bin/x\")" },
        { Data, TestZips.Of(("bin/x", "../../y", 0xa1ff)), "(\"bin/x\")" },
        { Data, TestZips.Of(("pipe", "", 0x11b6)), "(\"pipe\")" },
        { Data, TestZips.Of(("a", "", 0), ("A", "", 0)), "(\"A\")" },
        { Data, TestZips.Of((".hybrid/payload", "", 0)), "(\".hybrid/payload\")" },
        { Data, TestZips.Of((new string('x', 256), "", 0)), "xxx" },
        { Data, Damaged(TestZips.Of(("torn", new string('a', 1000), 0))), "(\"torn\")" },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Refusable))]
    public async Task B3_what_every_task_would_reject_is_rejected_at_upload_by_its_name(string data, byte[] zip, string word)
    {
        var tenant = await small.Silo.NewTenantAsync();

        var reply = await tenant.SendZipAsync(zip, data);

        Assert.True(reply.Status == 400 && reply.Msg.Contains(word), $"{data}: {reply}");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("node_modules/.bin/tool", "../tool/cli.js", 0xa1ff)]
    [InlineData("local/man/man3/My::Module.3pm", ".TH", 0x81a4)]
    public async Task B3_B4_links_that_stay_inside_and_colons_are_taken(string name, string text, int mode)
    {
        var tenant = await small.Silo.NewTenantAsync();
        var zip = TestZips.Of(("run.sh", "#!/bin/sh", 0x81ed), (name, text, mode));

        var id = (await tenant.SendZipAsync(zip, """{"name":"a","image":"i","command":"./run.sh"}""")).Ok().GetProperty("id").GetString();

        Assert.Equal(zip, (await tenant.Api.DownloadAsync($"{tenant.Project}/codes/{id}/download")).Bytes);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_zip_over_the_limit_is_413_and_names_the_setting()
    {
        var tenant = await small.Silo.NewTenantAsync();

        var reply = await tenant.SendZipAsync(TestZips.OfSize(UploadLimit));

        Assert.Equal(413, reply.Status);
        Assert.Contains("HYBRID_UPLOAD_LIMIT", reply.Msg);
        Assert.Equal(200, (await tenant.SendZipAsync(TestZips.OfSize(UploadLimit - 10_000))).Status);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"name":"a","runtime":"Ruby","file_name":"hello.sh"}""", "ruby:3")]
    [InlineData("""{"name":"a","stack":"sh-1","runtime":"ruby","file_name":"hello.sh"}""", "alpine:3")]
    [InlineData("""{"name":"a","stack":"unknown","runtime":"ruby"}""", "ruby:3")]
    [InlineData("""{"name":"a","image":"mine","runtime":"ruby"}""", "mine")]
    public async Task C8_a_zip_without_an_image_gets_that_of_its_runtime(string data, string image)
    {
        var silo = await TestSilo.StartAsync(null, ("HYBRID_RUNTIME_IMAGES", "ruby=ruby:3; sh-1 = alpine:3;"));
        await using var owned = silo;
        var tenant = await silo.NewTenantAsync();

        var id = (await tenant.SendZipAsync(TestZips.Small, data)).Ok().GetProperty("id").GetString()!;

        Assert.Equal(image, (await tenant.CodeAsync(id)).GetProperty("image").GetString());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"name":"a","runtime":"python","file_name":"a.py"}""", "HYBRID_RUNTIME_IMAGES")]
    [InlineData("""{"name":"a"}""", "image")]
    [InlineData("""{"name":"a","image":"i","file_name":"../x"}""", "file_name")]
    [InlineData("""{"name":"a","image":"i","file_name":"/x"}""", "file_name")]
    [InlineData("""{"name":"a","image":"i","runtime":7}""", "runtime")]
    public async Task C8_what_no_image_is_known_for_is_rejected(string data, string word)
    {
        var tenant = await small.Silo.NewTenantAsync();

        var reply = await tenant.SendZipAsync(TestZips.Small, data);

        Assert.Equal(400, reply.Status);
        Assert.Contains(word, reply.Msg);
    }

    [Fact(Timeout = 30_000)]
    public async Task Stacks_are_those_that_have_an_image()
    {
        var tenant = await small.Silo.NewTenantAsync();

        Assert.Equal("""["Sh-1","ruby"]""", (await tenant.Api.GetAsync("/2/stacks")).Body);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("POST", 405)]
    [InlineData("PUT", 405)]
    public async Task C9_an_upload_to_the_path_of_a_code_is_not_there(string method, int status)
    {
        var tenant = await small.Silo.NewTenantAsync();
        var id = await tenant.UploadAsync();
        using var form = new MultipartFormDataContent { new StringContent(Data), new ByteArrayContent(TestZips.Small) };

        var reply = await tenant.Api.SendAsync(new HttpMethod(method), $"{tenant.Project}/codes/{id}", form);

        Assert.Equal((status, "Method not allowed"), (reply.Status, reply.Msg));
    }

    /// <summary>A zip whose content can't be unpacked any more.</summary>
    private static byte[] Damaged(byte[] zip)
    {
        byte[] damaged = [.. zip];
        damaged.AsSpan(30 + "torn".Length, 4).Fill(0xff);
        return damaged;
    }

    /// <summary>A zip whose end says something else than it is.</summary>
    private static byte[] Lying(byte[] zip, int place, ushort value)
    {
        byte[] lying = [.. zip];
        BinaryPrimitives.WriteUInt16LittleEndian(lying.AsSpan(zip.Length - 22 + place), value);
        return lying;
    }
}
