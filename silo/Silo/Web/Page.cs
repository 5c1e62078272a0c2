using Microsoft.AspNetCore.Components;

namespace OrleansHybrid.Silo.Web;

/// <summary>A whole page: everything that it shows is in its model, read before it is rendered.</summary>
public abstract class Page<TModel> : ComponentBase
{
    /// <summary>The visitor.</summary>
    [Parameter, EditorRequired]
    public PageVisitor PageVisitor { get; set; } = default!;

    /// <summary>Its content.</summary>
    [Parameter, EditorRequired]
    public TModel Model { get; set; } = default!;
}
